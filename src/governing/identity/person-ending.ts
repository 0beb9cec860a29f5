import type { Write } from '../../storage/index.ts'
import { revokeRunTokens } from './store/run-tokens.ts'
import { deleteCredential, deleteLinksOf, deleteSessionsOf } from './store/sessions.ts'

/** The writes that end everything a person could show: sessions, password, links, and the tokens of their runs. */
export function endingOf(person: string): readonly Write[] {
  return [
    deleteSessionsOf(person),
    deleteCredential(person),
    deleteLinksOf(person),
    revokeRunTokens({ sponsor: person }, 'sponsor-inactive'),
  ]
}
