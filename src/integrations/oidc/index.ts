export { OidcProvider, type OidcSettings } from './provider.ts'
