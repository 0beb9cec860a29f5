import { initialise } from '../../server/index.ts'
import { chooseDirectory } from '../connect.ts'
import type { Context } from '../context.ts'
import { addSession } from '../sign-in.ts'

interface Given {
  readonly options: { readonly person?: string; readonly data?: string; readonly database?: string }
}

export async function run(context: Context, { options }: Given): Promise<number> {
  const directory = await chooseDirectory(context, options.data)
  const { person, session, vkey } = await initialise(
    directory,
    options.person ?? '',
    databaseFor(context, options.database),
  )
  const profile = await addSession(context.environment.profilePath, directory.root, { token: session, vkey })
  const { id, name, email } = person
  if (context.json) {
    context.print(JSON.stringify({ data: directory.root, person: { id, name, email }, vkey }))
    return 0
  }
  const { noteColours, note, print } = context
  note(
    `${noteColours.bold('Ready.')} ${directory.root} holds your ledger, its keys and the workflow code-change.`,
  )
  note(`Signed in as ${name} <${email}>. The ledger's public key is`)
  print(vkey)
  if (profile.dataDirectory !== directory.root)
    note(`Commands use ${profile.dataDirectory} unless you say --data ${directory.root} or set CUSTODY_DATA.`)
  note(`Next: set a vendor's key (for instance ANTHROPIC_API_KEY), go to a git repository, and`)
  note(`  custody run --workflow code-change --task "…" -- claude -p "…"`)
  return 0
}

/** From the option it is kept for the commands that follow; from the environment it stays there. */
function databaseFor({ environment }: Context, option: string | undefined) {
  if (option !== undefined) return { url: option, keep: true }
  const url = environment.variables.CUSTODY_DATABASE
  return url === undefined || url === '' ? undefined : { url, keep: false }
}
