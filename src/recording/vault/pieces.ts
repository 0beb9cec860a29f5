import { sha256Hex } from '../../kernel/index.ts'

/** Pieces named for one event: which names they have, and which of them the event must bring. */
export interface NamedPieces {
  /** One name per piece, in order; the same body has the same name. */
  readonly names: readonly string[]
  readonly fresh: readonly { readonly name: string; readonly body: Uint8Array }[]
  /** To be called when the event that brings the fresh pieces is durable; never called, they are stored again. */
  stored(): void
}

/**
 * The pieces of model requests that one run has stored. An agent sends its whole history again with each request; a
 * piece is kept once and named by a number of the run (`p0`, `p1`, …). Only durable pieces are referred to, so a
 * failed append leaves no reference to nothing.
 */
export class Pieces {
  readonly #known: ReadonlyMap<string, string>
  readonly #digestOf: (body: Uint8Array) => string
  readonly #names = new Map<string, string>()
  #next: number

  /** `first` is the first number that is this server's alone, where several name pieces of one run. */
  constructor(before: {
    readonly known: ReadonlyMap<string, string>
    readonly first?: number
    digestOf(body: Uint8Array): string
  }) {
    this.#known = before.known
    this.#digestOf = before.digestOf
    this.#next =
      before.first ?? 1 + Math.max(-1, ...[...before.known.values()].map((name) => Number(name.slice(1))))
  }

  name(bodies: readonly Uint8Array[]): NamedPieces {
    const names: string[] = []
    const fresh = new Map<string, { name: string; body: Uint8Array }>()
    for (const body of bodies) {
      // Unkeyed, so it never leaves this map.
      const digest = sha256Hex(body)
      const name = this.#names.get(digest) ?? fresh.get(digest)?.name ?? this.#nameBeforeRestart(body)
      if (name === undefined) fresh.set(digest, { name: `p${this.#next++}`, body })
      names.push(name ?? fresh.get(digest)?.name ?? '')
    }
    return {
      names,
      fresh: [...fresh.values()],
      stored: () => {
        for (const [digest, { name }] of fresh) this.#names.set(digest, name)
      },
    }
  }

  #nameBeforeRestart(body: Uint8Array): string | undefined {
    return this.#known.size === 0 ? undefined : this.#known.get(this.#digestOf(body))
  }
}

/** Whether a part with this name is a piece. */
export function isPieceName(name: string): boolean {
  return /^p\d+$/.test(name)
}
