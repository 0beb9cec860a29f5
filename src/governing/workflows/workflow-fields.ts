import {
  decimal,
  duration,
  listOf,
  mapOf,
  oneOf,
  optional,
  paragraph,
  record,
  required,
  section,
  text,
  type ValueOf,
  wholeNumber,
  withDefault,
} from '../documents/index.ts'
import { checkAccountable, checkActions, checkModels, checkWhen } from './cross-checks.ts'
import {
  actionPattern,
  amount,
  KEEP,
  kebabCase,
  modelName,
  obligation,
  relativePath,
  retention,
} from './policy-words.ts'
import { KEBAB_CASE, type KnowsPerson, person, principal } from './principal.ts'

/** The one-page policy of a workflow (DESIGN §7) as it was written, with its defaults filled in. */
export type Workflow = ValueOf<ReturnType<typeof workflowFields>>

const raci = (knows: KnowsPerson) => ({
  responsible: withDefault(listOf(principal(knows)), []),
  // Absent, it is the owner; present, it must be.
  accountable: optional(person(knows, 'An agent or a team can be responsible, never accountable.')),
  consulted: withDefault(listOf(principal(knows)), []),
  informed: withDefault(listOf(principal(knows)), []),
})

// Absent `allow` means any model; an empty list means none.
const MODELS = { allow: optional(listOf(modelName())), prefer: optional(modelName()) }

const DATA_CLASSES = ['public', 'internal', 'confidential', 'restricted'] as const

const ACTIONS = {
  // Anything that no list names is refused, so the default is read-only.
  allow: withDefault(listOf(actionPattern()), ['repository.read']),
  approve: withDefault(listOf(actionPattern()), []),
  refuse: withDefault(listOf(actionPattern()), []),
}

const RECORD = {
  parts: withDefault(oneOf(['full', 'commitments-only']), 'full'),
  retention: withDefault(retention(), KEEP),
  // Runs open only while a quorum of witnesses has seen the log within so long.
  witnessed: optional(duration({ least: '1m', most: '30d' })),
}

// An absent limit is no limit.
const BUDGET = {
  run: optional(amount()),
  day: optional(amount()),
  week: optional(amount()),
  month: optional(amount()),
  total: optional(amount()),
  onUnpriced: withDefault(oneOf(['refuse', 'allow']), 'refuse'),
}

const REVIEW_RULE = {
  when: required(record({ class: optional(kebabCase()), path: optional(text()) }, checkWhen)),
  require: required(listOf(obligation())),
}

const EVALS = {
  dataset: required(relativePath()),
  minimum: required(mapOf(KEBAB_CASE, decimal({ least: 0, most: 1 }))),
}

const SHUTDOWN = {
  metric: required(kebabCase()),
  window: required(duration({ least: '1h', most: '366d' })),
  above: required(decimal({ least: 0, most: 1_000_000_000 })),
  minimumSample: withDefault(wholeNumber({ least: 1, most: 1_000_000 }), 20),
  then: withDefault(oneOf(['pause']), 'pause'),
}

/** Every field of a workflow file, whether it must be there, and what stands for it when it is not. */
export const workflowFields = (knows: KnowsPerson) =>
  record(
    {
      workflow: required(kebabCase()),
      title: required(text()),
      owner: required(person(knows, 'Only a person can own a workflow; an agent or a team cannot.')),
      raci: section(raci(knows)),
      tier: withDefault(oneOf([1, 2, 3]), 2),
      purpose: required(paragraph()),
      models: section(MODELS, checkModels),
      data: section({ classes: withDefault(listOf(oneOf(DATA_CLASSES)), ['public', 'internal']) }),
      actions: section(ACTIONS, checkActions),
      record: section(RECORD),
      budget: section(BUDGET),
      review: withDefault(listOf(record(REVIEW_RULE)), []),
      output: optional(record({ schema: required(relativePath()) })),
      evals: optional(record(EVALS)),
      shutdown: optional(record(SHUTDOWN)),
    },
    checkAccountable,
  )
