import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { formatProblems } from '../documents/index.ts'
import { parseWorkflow, policyDigest, starterWorkflow } from './index.ts'

const LEAST = 'workflow: code-change\ntitle: Code\nowner: ada@example.com\npurpose: Change code.\n'
const FULL = `workflow: dependency-update
title: Dependency updates
owner: ada@example.com
raci: { responsible: [agent:claude-code], accountable: ada@example.com, consulted: [team:security], informed: [bo@example.com] }
tier: 3
purpose: |
  Keep third-party packages current.
  Nothing else.
models: { allow: [claude-sonnet-4-5, gpt-5.5], prefer: claude-sonnet-4-5 }
data: { classes: [public, confidential] }
actions:
  allow:   [repository.read, "shell:npm *", "mcp:github/get_*"]
  approve: [change.open]
  refuse:  [deploy.*, message.external]
record: { parts: commitments-only, retention: 30d }
budget: { run: 2 USD, day: 40 USD, week: 100 USD, month: 500 USD, total: 0.5 USD, onUnpriced: allow }
review:
  - when: { class: migration }
    require: [test-evidence, approval:code-owner]
  - when: { path: "src/auth/**" }
    require: [static-analysis, approval:team:security, approval:bo@example.com]
output: { schema: schemas/dependency-update.json }
evals: { dataset: evals/dependency-update.jsonl, minimum: { accuracy: 0.9, policy: 1.0 } }
shutdown: { metric: rollback-share, window: 30d, above: 0.05, minimumSample: 10, then: pause }
`

function problems(text: string, persons?: (email: string) => boolean): string {
  const result = parseWorkflow(text, { file: 'w.yaml', ...(persons === undefined ? {} : { persons }) })
  return result.ok ? 'no problems' : formatProblems(result.refusal)
}

describe('parseWorkflow', () => {
  it('reads every field of the one-page policy', () => {
    expect(parseWorkflow(FULL, { file: 'w.yaml' })).toEqual({
      ok: true,
      value: {
        workflow: 'dependency-update',
        title: 'Dependency updates',
        owner: 'ada@example.com',
        raci: {
          responsible: [{ kind: 'agent', name: 'claude-code' }],
          accountable: 'ada@example.com',
          consulted: [{ kind: 'team', name: 'security' }],
          informed: [{ kind: 'person', email: 'bo@example.com' }],
        },
        tier: 3,
        purpose: 'Keep third-party packages current.\nNothing else.',
        models: { allow: ['claude-sonnet-4-5', 'gpt-5.5'], prefer: 'claude-sonnet-4-5' },
        data: { classes: ['public', 'confidential'] },
        actions: {
          allow: ['repository.read', 'shell:npm *', 'mcp:github/get_*'],
          approve: ['change.open'],
          refuse: ['deploy.*', 'message.external'],
        },
        record: { parts: 'commitments-only', retention: { ms: 30 * 86_400_000 } },
        budget: {
          run: { nanoUsd: 2_000_000_000 },
          day: { nanoUsd: 40_000_000_000 },
          week: { nanoUsd: 100_000_000_000 },
          month: { nanoUsd: 500_000_000_000 },
          total: { nanoUsd: 500_000_000 },
          onUnpriced: 'allow',
        },
        review: [
          { when: { class: 'migration' }, require: ['test-evidence', 'approval:code-owner'] },
          {
            when: { path: 'src/auth/**' },
            require: ['static-analysis', 'approval:team:security', 'approval:bo@example.com'],
          },
        ],
        output: { schema: 'schemas/dependency-update.json' },
        evals: { dataset: 'evals/dependency-update.jsonl', minimum: { accuracy: '0.9', policy: '1.0' } },
        shutdown: {
          metric: 'rollback-share',
          window: { ms: 30 * 86_400_000 },
          above: '0.05',
          minimumSample: 10,
          then: 'pause',
        },
      },
    })
  })

  it('needs name, title, owner and purpose only, and defaults to read-only and refusal', () => {
    expect(parseWorkflow(LEAST, { file: 'w.yaml' })).toMatchObject({
      value: {
        tier: 2,
        data: { classes: ['public', 'internal'] },
        actions: { allow: ['repository.read'], approve: [], refuse: [] },
        record: { parts: 'full', retention: {} },
        budget: { onUnpriced: 'refuse' },
      },
    })
  })

  it('tells every problem with its place and what to write', () => {
    const text = `${LEAST.replace('code-change', 'Code')}modls: {}\nbudget: {run: 2}\nrecord: {parts: ful}\n`
    expect(problems(text)).toBe(
      [
        'w.yaml:1:11  workflow must be lower-case words joined by hyphens, such as code-change.',
        'w.yaml:5:1  modls is not a known key.  → did you mean models?',
        'w.yaml:6:15  budget.run must be an amount such as 2 USD or 0.50 USD, not a number.',
        'w.yaml:7:17  record.parts must be one of full, commitments-only.  → did you mean full?',
      ].join('\n'),
    )
  })

  it('lets no agent own a workflow [OWN-1]', () => {
    const text = LEAST.replace('ada@example.com', 'agent:claude-code')
    expect(problems(text)).toContain('w.yaml:3:8  Only a person can own a workflow')
  })

  it.each(['agent:claude-code', 'team:security'])('lets %s be accountable for nothing [OWN-1]', (who) => {
    expect(problems(`${LEAST}raci: { accountable: "${who}" }`)).toContain(
      'w.yaml:5:22  An agent or a team can be responsible, never accountable.',
    )
  })

  it('holds the owner accountable and nobody else [OWN-1]', () => {
    expect(problems(`${LEAST}raci: { accountable: bo@example.com }`)).toBe(
      'w.yaml:5:22  raci.accountable must be the owner of the workflow.  → write ada@example.com, or remove the line',
    )
  })

  it('refuses an owner the directory does not know', () => {
    expect(problems(LEAST, () => false)).toBe(
      'w.yaml:3:8  ada@example.com is not a person known here.  → check the spelling, or add the person',
    )
    expect(problems(LEAST, (email) => email === 'ada@example.com')).toBe('no problems')
  })

  it.each([
    [
      'models: { allow: [gpt-5], prefer: gpt-6 }',
      'models.prefer is not among models.allow.  → did you mean gpt-5?',
    ],
    [
      'actions: { allow: [deploy.*], refuse: [deploy.*] }',
      'actions.refuse holds "deploy.*", which actions.allow holds too.',
    ],
    ['actions: { allow: [everything] }', 'actions.allow[0] must be an action such as'],
    ['review: [{ when: {}, require: [] }]', 'review[0].when must name a class or a path.'],
    [
      'review: [{ when: { class: a, path: b }, require: [] }]',
      'names both a class and a path.  → write two rules',
    ],
    ['output: { schema: ../secret.json }', 'output.schema must be a relative path'],
    ['output: { schema: /etc/passwd }', 'output.schema must be a relative path'],
    ['budget: { run: 0 USD }', 'budget.run must be an amount'],
    ['budget: { run: 2 EUR }', 'budget.run must be an amount'],
    [
      'evals: { dataset: a, minimum: { accuracy: 1.5 } }',
      'evals.minimum.accuracy must be a decimal number from 0 to 1.',
    ],
    ['shutdown: { metric: m, window: 30d, above: 1, then: paus }', 'did you mean pause?'],
    ['tier: 4', 'tier must be one of 1, 2, 3.'],
  ])('refuses %s', (line, sentence) => {
    expect(problems(LEAST + line)).toContain(sentence)
  })
})

describe('policyDigest', () => {
  it('is the SHA-256 of the bytes of the file', () => {
    const bytes = Buffer.from(`\ufeff${FULL}# ä\r\n`)
    expect(policyDigest(bytes.toString('utf8'))).toBe(createHash('sha256').update(bytes).digest('hex'))
  })
})

describe('starterWorkflow', () => {
  it.each(['ada@example.com', "o'neil+custody@example.co.uk"])('is a right policy owned by %s', (owner) => {
    const parsed = parseWorkflow(starterWorkflow(owner), { file: 'code-change.yaml' })
    expect(parsed).toMatchObject({ ok: true, value: { workflow: 'code-change', owner } })
  })

  it('allows any model', () => {
    const parsed = parseWorkflow(starterWorkflow('ada@example.com'), { file: 'code-change.yaml' })
    expect(parsed.ok && parsed.value.models.allow).toBeUndefined()
  })
})
