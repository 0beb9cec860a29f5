import { type Answered, send } from './http-client.ts'

/** What a browser does for signing in and no more: keeps cookies per host and follows redirects when told to. */
export class CookieBrowser {
  readonly #jars = new Map<string, Map<string, string>>()
  /** Every `Set-Cookie` it got, as it was written. */
  readonly cookiesSet: string[] = []

  async get(url: string): Promise<Answered> {
    return this.#keep(url, await send(url, { method: 'GET', headers: this.#headers(url) }))
  }

  /** As a form of a page at `from` sends it. */
  async post(
    url: string,
    form: Readonly<Record<string, string>>,
    from = new URL(url).origin,
  ): Promise<Answered> {
    const headers = {
      ...this.#headers(url),
      origin: from,
      'content-type': 'application/x-www-form-urlencoded',
    }
    const body = new URLSearchParams(form).toString()
    return this.#keep(url, await send(url, { method: 'POST', headers, body }))
  }

  /** Goes on until something is no redirect, or leads to an address that starts with `until`. */
  async follow(url: string, until = 'nowhere'): Promise<{ readonly url: string; readonly answer: Answered }> {
    let at = url
    let answer = await this.get(at)
    while (answer.headers.location !== undefined) {
      at = new URL(answer.headers.location, at).href
      if (at.startsWith(until)) break
      answer = await this.get(at)
    }
    return { url: at, answer }
  }

  /** Signs in at the fake provider, says yes to everything, and gives the address that leads back. */
  async signInAtProvider(url: string, login: string, until: string): Promise<string> {
    const asked = await this.follow(url, until)
    if (asked.url.startsWith(until)) return asked.url
    const prompt = /name="prompt" value="(\w+)"/.exec(asked.answer.body.toString())?.[1] ?? ''
    const action = /action="([^"]+)"/.exec(asked.answer.body.toString())?.[1] ?? asked.url
    const { headers } = await this.post(new URL(action, asked.url).href, { prompt, login, password: 'any' })
    return this.signInAtProvider(new URL(headers.location ?? '', asked.url).href, login, until)
  }

  cookie(url: string, name: string): string | undefined {
    return this.#jars.get(new URL(url).host)?.get(name)
  }

  setCookie(url: string, name: string, value: string): void {
    this.#jar(url).set(name, value)
  }

  #headers(url: string): Record<string, string> {
    const cookies = [...this.#jar(url)].map(([name, value]) => `${name}=${value}`)
    return cookies.length === 0 ? {} : { cookie: cookies.join('; ') }
  }

  #jar(url: string): Map<string, string> {
    const { host } = new URL(url)
    const jar = this.#jars.get(host) ?? new Map<string, string>()
    this.#jars.set(host, jar)
    return jar
  }

  #keep(url: string, answer: Answered): Answered {
    for (const line of answer.headers['set-cookie'] ?? []) {
      this.cookiesSet.push(line)
      const [pair = '', ...attributes] = line.split('; ')
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      const isGone = attributes.some((attribute) => /^Max-Age=0$|^Expires=Thu, 01 Jan 1970/.test(attribute))
      if (isGone) this.#jar(url).delete(name)
      else this.#jar(url).set(name, value)
    }
    return answer
  }
}
