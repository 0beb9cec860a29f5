import { isMap, isNode, type Node, YAMLMap } from 'yaml'

/** One kind of value a document may hold: reads it, or reports on the spot what is wrong and gives undefined. */
export interface Field<Value> {
  read(spot: Spot): Value | undefined
}

/** What a field reads. */
export type ValueOf<Of> = Of extends Field<infer Value> ? Value : never

/** A sentence about a wrong value and, where we know it, what to write instead. Holds no part of a secret. */
export interface Complaint {
  readonly message: string
  readonly suggestion?: string
}

/** A complaint with the node and path it is about. */
export interface Finding extends Complaint {
  readonly node: Node
  readonly path: string
}

/** A node of the document together with its path from the root; complaints made on it carry its place. */
export class Spot {
  readonly node: Node
  readonly path: string
  readonly #findings: Finding[]

  constructor(node: Node, path: string, findings: Finding[]) {
    this.node = node
    this.path = path
    this.#findings = findings
  }

  /** How many complaints the whole document has so far. */
  get complaints(): number {
    return this.#findings.length
  }

  /** Reports a problem here; undefined, so that a reader can return it. */
  complain(complaint: Complaint): undefined {
    this.#findings.push({ ...complaint, node: this.node, path: this.path })
    return undefined
  }

  /** The spot of something inside this one. */
  inside(step: string, node: Node): Spot {
    const dotted = this.path === '' ? step : `${this.path}.${step}`
    return new Spot(node, step.startsWith('[') ? `${this.path}${step}` : dotted, this.#findings)
  }

  /** The spot of what this mapping holds under a key, or of the mapping itself where it lacks the key. */
  at(name: string): Spot {
    const value = isMap(this.node) ? this.node.get(name, true) : undefined
    return isNode(value) ? this.inside(name, value) : this
  }

  /** Whether this is a mapping that holds the key, rightly or wrongly. */
  has(name: string): boolean {
    return isMap(this.node) && this.node.has(name)
  }

  /** The spot of an absent mapping inside this one; its place is that of this one. */
  emptyInside(step: string): Spot {
    const map = new YAMLMap()
    map.range = this.node.range ?? null
    return this.inside(step, map)
  }
}
