import type { Route } from './route.ts'
import { evidenceRoutes } from './routes/evidence.ts'
import { healthRoutes } from './routes/health.ts'
import { identityRoutes } from './routes/identity.ts'
import { logRoutes } from './routes/log.ts'
import { openApiRoute } from './routes/openapi.ts'
import { runRoutes } from './routes/runs.ts'

/** Every route of the API, with who may call it. The gateway's paths are not routes: they have their own pipeline. */
export const ROUTES: readonly Route[] = [
  ...healthRoutes,
  openApiRoute(() => ROUTES),
  ...identityRoutes,
  ...runRoutes,
  ...evidenceRoutes,
  ...logRoutes,
]
