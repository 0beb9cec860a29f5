export { configuredSignIn } from './configured-sign-in.ts'
export { registerSignIn, type SignInOptions } from './register.ts'
export { DEFAULT_SIGN_IN, type SignInSettings } from './settings.ts'
export { linkAddress } from './with-link.ts'
