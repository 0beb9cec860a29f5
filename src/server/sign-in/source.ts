import type { FastifyRequest } from 'fastify'

/** The address a request comes from: of two or more forwarded ones the last, since only that is the proxy's own word. */
export function sourceOf(
  { headers, ip }: Pick<FastifyRequest, 'headers' | 'ip'>,
  { behindProxy }: { readonly behindProxy: boolean },
): string {
  const forwarded = behindProxy ? headers['x-forwarded-for'] : undefined
  const last = String(forwarded ?? '')
    .split(',')
    .at(-1)
    ?.trim()
  return last === undefined || last === '' ? ip : last.slice(0, 100)
}
