import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import type { ModuleRule } from './architecture.ts'
import { type Import, readImports, unreadableImports } from './imports.ts'

/** What the source is held against; the real one stands in `architecture.ts`. */
export interface Architecture {
  readonly folders: readonly string[]
  readonly modules: readonly ModuleRule[]
  readonly powerful: Readonly<Record<string, readonly string[]>>
  readonly emptyWords: readonly string[]
}

/** Path below the repository → source text, of TypeScript files only. */
export type Tree = ReadonlyMap<string, string>

export type Rule =
  | 'declared'
  | 'order'
  | 'arrow'
  | 'used'
  | 'door'
  | 'package'
  | 'test-free'
  | 'name'
  | 'powerful'
  | 'offline'

export interface Violation {
  readonly rule: Rule
  /** One line: where, what, and what is allowed instead. */
  readonly message: string
}

/** Where one import of production code leads. */
interface Edge {
  readonly file: string
  readonly from: string | undefined
  readonly kind: Import['kind'] | 'unreadable'
  readonly to: Target
}

type Target =
  | { readonly is: 'file'; readonly path: string; readonly module: string | undefined }
  | { readonly is: 'package'; readonly name: string }
  | { readonly is: 'node'; readonly name: string }

/** Reads every TypeScript file of these folders below `root`; a folder that is not there has none. */
export function readTree(root: string, folders: readonly string[]): Tree {
  const tree = new Map<string, string>()
  for (const folder of folders.filter((name) => existsSync(join(root, name)))) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isFile() && entry.name.endsWith('.ts'))
        tree.set(relative(root, path), readFileSync(path, 'utf8'))
    }
  }
  return tree
}

/** Every way in which the tree differs from its declared architecture; an empty tree differs by all its modules. */
export function checkArchitecture(tree: Tree, architecture: Architecture): readonly Violation[] {
  const edges = readEdges(tree, architecture.modules)
  return [
    ...checkDeclared(tree, architecture.modules),
    ...checkOrder(architecture),
    ...checkArrows(edges, architecture.modules),
    ...checkUse(edges, architecture),
    ...checkDoors(edges),
    ...checkPackages(edges, architecture.modules),
    ...checkTestFree(edges),
    ...checkNames(tree, architecture.emptyWords),
    ...checkPowerful(edges, architecture.powerful),
    ...checkOffline(edges, architecture.modules),
  ]
}

function readEdges(tree: Tree, modules: readonly ModuleRule[]): readonly Edge[] {
  return productionFiles(tree).flatMap((file) => {
    const source = tree.get(file) ?? ''
    const from = moduleOf(file, modules)
    const read: Edge[] = readImports(source).map(({ target, kind }) => ({
      file,
      from,
      kind,
      to: resolveTarget(file, target, modules),
    }))
    const holes = unreadableImports(source)
    const hole: Edge = {
      file,
      from,
      kind: 'unreadable',
      to: { is: 'package', name: `${holes} unread import(s)` },
    }
    return holes === 0 ? read : [...read, hole]
  })
}

function productionFiles(tree: Tree): readonly string[] {
  return [...tree.keys()].filter((file) => file.startsWith('src/') && !file.endsWith('.test.ts'))
}

function resolveTarget(file: string, target: string, modules: readonly ModuleRule[]): Target {
  if (target.startsWith('.')) {
    const path = normalize(join(dirname(file), target))
    return { is: 'file', path, module: moduleOf(path, modules) }
  }
  if (target.startsWith('node:')) return { is: 'node', name: target }
  const segments = target.split('/')
  return { is: 'package', name: segments.slice(0, target.startsWith('@') ? 2 : 1).join('/') }
}

function moduleOf(file: string, modules: readonly ModuleRule[]): string | undefined {
  return modules.find(({ module }) => file.startsWith(`src/${module}/`))?.module
}

function checkDeclared(tree: Tree, modules: readonly ModuleRule[]): readonly Violation[] {
  const files = [...tree.keys()].filter((file) => file.startsWith('src/'))
  const homeless = files.filter((file) => moduleOf(file, modules) === undefined)
  const missing = modules.filter(({ module }) => !files.some((file) => file.startsWith(`src/${module}/`)))
  return [
    ...homeless.map((file) => broken('declared', `${file} belongs to no module of test/architecture.ts`)),
    ...missing.map(({ module }) => broken('declared', `src/${module}/ is declared but has no file`)),
  ]
}

function checkOrder({ folders, modules }: Architecture): readonly Violation[] {
  const rank = ({ module }: ModuleRule) => folders.indexOf(module.split('/')[0] ?? '')
  return modules.flatMap((rule, position) => {
    const earlier = modules.slice(0, position)
    const late = rule.mayImport.filter((name) => !earlier.some(({ module }) => module === name))
    const misplaced = rank(rule) < 0 || earlier.some((other) => rank(other) > rank(rule))
    return [
      ...late.map((name) =>
        broken('order', `${rule.module} may import ${name}, which is not listed before it`),
      ),
      ...(misplaced ? [broken('order', `${rule.module} is not listed in the order of the folders`)] : []),
    ]
  })
}

function checkArrows(edges: readonly Edge[], modules: readonly ModuleRule[]): readonly Violation[] {
  return edges.flatMap(({ file, from, to }) => {
    if (to.is !== 'file' || to.module === undefined || to.module === from) return []
    const allowed = modules.find(({ module }) => module === from)?.mayImport.includes(to.module)
    return allowed ? [] : [broken('arrow', `${file} imports ${to.module}, which ${from} may not`)]
  })
}

function checkUse(edges: readonly Edge[], { modules, powerful }: Architecture): readonly Violation[] {
  const used = (from: string, name: string) =>
    edges.some((edge) => edge.from === from && needs(edge) === name)
  const grants = [
    ...modules.flatMap((rule) =>
      [...rule.mayImport, ...rule.packages].map((name) => [rule.module, name] as const),
    ),
    ...Object.entries(powerful).flatMap(([name, users]) => users.map((module) => [module, name] as const)),
  ]
  return grants
    .filter(([module, name]) => !used(module, name))
    .map(([module, name]) =>
      broken('used', `${module} may import ${name} but does not: remove the permission`),
    )
}

/** The permission without which this import would be a violation. */
function needs({ kind, to }: Edge): string | undefined {
  if (to.is === 'file') return to.module
  return to.is === 'node' && kind === 'type' ? undefined : to.name
}

function checkDoors(edges: readonly Edge[]): readonly Violation[] {
  return edges.flatMap(({ file, from, to }) => {
    if (to.is !== 'file' || to.module === undefined || to.module === from) return []
    const entered = to.path === `src/${to.module}/index.ts`
    return entered ? [] : [broken('door', `${file} enters ${to.module} through ${to.path}, not its index.ts`)]
  })
}

function checkPackages(edges: readonly Edge[], modules: readonly ModuleRule[]): readonly Violation[] {
  return edges.flatMap(({ file, from, to }) => {
    if (to.is !== 'package') return []
    const allowed = modules.find(({ module }) => module === from)?.packages.includes(to.name)
    return allowed ? [] : [broken('package', `${file} imports ${to.name}, which ${from} may not`)]
  })
}

function checkTestFree(edges: readonly Edge[]): readonly Violation[] {
  return edges.flatMap(({ file, to }) => {
    if (to.is !== 'file') return []
    const production = to.path.startsWith('src/') && !to.path.endsWith('.test.ts')
    return production ? [] : [broken('test-free', `${file} imports ${to.path}, which is not production code`)]
  })
}

function checkNames(tree: Tree, emptyWords: readonly string[]): readonly Violation[] {
  const names = new Set(
    [...tree.keys()].flatMap((file) => file.split('/').map((_, i, all) => all.slice(0, i + 1).join('/'))),
  )
  return [...names]
    .filter((path) => saysNothing(path.slice(path.lastIndexOf('/') + 1), emptyWords))
    .map((path) => broken('name', `${path} does not say what it holds`))
}

function saysNothing(name: string, emptyWords: readonly string[]): boolean {
  const lastWord = (name.split('.')[0] ?? '').split('-').at(-1)
  return lastWord !== undefined && emptyWords.includes(lastWord)
}

function checkPowerful(edges: readonly Edge[], powerful: Architecture['powerful']): readonly Violation[] {
  return edges.flatMap(({ file, from, kind, to }) => {
    if (to.is !== 'node' || kind === 'type') return []
    const users = powerful[to.name]
    const allowed = users === undefined || (from !== undefined && users.includes(from))
    return allowed ? [] : [broken('powerful', `${file} imports ${to.name}, which ${from} may not`)]
  })
}

function checkOffline(edges: readonly Edge[], modules: readonly ModuleRule[]): readonly Violation[] {
  return modules
    .filter(({ offline }) => offline)
    .flatMap(({ module }) =>
      reachable(edges, module).flatMap(({ file, to }) =>
        to.is === 'file' ? [] : [broken('offline', `${module} reaches ${to.name} through ${file}`)],
      ),
    )
}

/** The value imports a program would load that starts with any file of the module. */
function reachable(edges: readonly Edge[], module: string): readonly Edge[] {
  const values = edges.filter(({ kind }) => kind !== 'type')
  const seen = new Set(values.filter(({ from }) => from === module).map(({ file }) => file))
  // A set that grows while it is walked visits what was added.
  for (const file of seen) {
    for (const { to } of values.filter((edge) => edge.file === file)) if (to.is === 'file') seen.add(to.path)
  }
  return values.filter(({ file }) => seen.has(file))
}

function broken(rule: Rule, message: string): Violation {
  return { rule, message }
}
