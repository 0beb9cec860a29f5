import { recordSchemas } from '../src/recording/schema/index.ts'
import { apiDocument, openApiText } from './api-document.ts'
import { cliDocument } from './cli-document.ts'
import { configurationDocument } from './configuration-document.ts'
import { errorsDocument } from './errors-document.ts'
import { permissionsDocument } from './permissions-document.ts'
import { requirementsDocument } from './requirements-document.ts'

/** A document made from the code; `npm run generate` writes it, and a test fails when the two differ. */
export interface GeneratedDocument {
  /** Below the repository. */
  readonly path: string
  readonly make: () => string | Promise<string>
}

/** Every generated document. */
export const DOCUMENTS: readonly GeneratedDocument[] = [
  { path: 'docs/requirements.md', make: requirementsDocument },
  { path: 'docs/errors.md', make: errorsDocument },
  { path: 'docs/cli.md', make: cliDocument },
  { path: 'docs/configuration.md', make: configurationDocument },
  { path: 'docs/api.md', make: apiDocument },
  { path: 'docs/openapi.json', make: openApiText },
  { path: 'docs/permissions.md', make: permissionsDocument },
  ...recordSchemas().map(({ path, text }) => ({ path, make: () => text })),
]
