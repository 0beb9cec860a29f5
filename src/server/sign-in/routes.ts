import { deviceEndpoints } from './device-endpoints.ts'
import { signedInRoutes } from './signed-in.ts'
import type { SignInRoute } from './visit.ts'
import { deviceRoutes } from './with-device.ts'
import { linkRoutes } from './with-link.ts'
import { passwordRoutes } from './with-password.ts'
import { providerRoutes } from './with-provider.ts'

/** Everything a browser or a command line needs to sign in. None of it is part of the API: it comes before that. */
export const SIGN_IN_ROUTES: readonly SignInRoute[] = [
  ...passwordRoutes,
  ...providerRoutes,
  ...linkRoutes,
  ...signedInRoutes,
  ...deviceRoutes,
  ...deviceEndpoints,
]
