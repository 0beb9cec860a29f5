import type { Route } from './route.ts'
import { evidenceRoutes } from './routes/evidence.ts'
import { healthRoutes } from './routes/health.ts'
import { identityRoutes } from './routes/identity.ts'
import { keyRoutes } from './routes/keys.ts'
import { logRoutes } from './routes/log.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { openApiRoute } from './routes/openapi.ts'
import { personRoutes } from './routes/persons.ts'
import { roleRoutes } from './routes/roles.ts'
import { runRoutes } from './routes/runs.ts'
import { scimRoutes } from './routes/scim.ts'
import { serviceAccountRoutes } from './routes/service-accounts.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { teamRoutes } from './routes/teams.ts'
import { vaultRoutes } from './routes/vault.ts'
import { witnessRoutes } from './routes/witness.ts'
import { workflowRoutes } from './routes/workflows.ts'

/** Every route of the API, with who may call it. The gateway's paths are not routes: they have their own pipeline. */
export const ROUTES: readonly Route[] = [
  ...healthRoutes,
  openApiRoute(() => ROUTES),
  ...identityRoutes,
  ...sessionRoutes,
  ...personRoutes,
  ...teamRoutes,
  ...roleRoutes,
  ...serviceAccountRoutes,
  ...workflowRoutes,
  ...scimRoutes,
  ...runRoutes,
  ...evidenceRoutes,
  ...vaultRoutes,
  ...logRoutes,
  ...keyRoutes,
  ...witnessRoutes,
  ...metricsRoutes,
]
