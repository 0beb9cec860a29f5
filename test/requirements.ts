/** One thing Custody must do. */
export interface Requirement {
  /** Cited by tests in brackets in their title. */
  readonly id: string
  readonly text: string
  /** The step of the product that brings the row; once that step is reached, a row no test cites is an error. */
  readonly since?: number
}

/** The rows that belong to one theme. */
export interface RequirementArea {
  readonly title: string
  readonly rows: readonly Requirement[]
}

/** The step the product has reached. */
export const REACHED_STEP = 1

/** Everything Custody must do, in one list; `docs/requirements.md` tells which test proves which row. */
export const REQUIREMENTS: readonly RequirementArea[] = [
  {
    title: 'Recorded execution',
    rows: [
      { id: 'REC-1', text: 'the exact task given to the agent is recorded', since: 1 },
      {
        id: 'REC-2',
        text: 'everything the agent retrieved (files, documents, resources) is recorded by reference and digest',
      },
      {
        id: 'REC-3',
        text: 'every tool call is recorded with arguments, result, duration and the channels that saw it',
      },
      {
        id: 'REC-4',
        text: 'the state of every repository at invocation: commit, branch, uncommitted patch, submodules, remotes',
        since: 1,
      },
      { id: 'REC-5', text: 'provider, model, exact version and parameters of every model call', since: 1 },
      { id: 'REC-6', text: 'everything the run produced: commits, trees, files, messages', since: 1 },
      { id: 'REC-7', text: 'every policy outcome is part of the record' },
      {
        id: 'REC-8',
        text: 'the execution record has a published, versioned schema, with examples and a validator',
        since: 1,
      },
      {
        id: 'REC-9',
        text: 'the record is made as the work happens and is durable before the effect; none is assembled afterwards',
        since: 1,
      },
      {
        id: 'REC-10',
        text: 'the record is bound to the merge request as a first-class artifact there, not in chat or logs',
      },
      { id: 'REC-11', text: 'the record holds enough to execute the unit of work again with pinned inputs' },
      {
        id: 'REC-12',
        text: 'any change, omission or reordering of the record is detected offline, without trusting the server',
        since: 1,
      },
      { id: 'REC-13', text: 'the record states what was not observed' },
      {
        id: 'REC-14',
        text: 'one schema and one query across all repositories, teams and agents of an organisation',
      },
      {
        id: 'REC-15',
        text: 'growth is governed: deduplication, retention classes, erasure that keeps the ledger verifiable, legal hold',
      },
    ],
  },
  {
    title: 'Identity',
    rows: [
      { id: 'ID-1', text: 'every agent action is linked to a named, accountable, active person', since: 1 },
      { id: 'ID-2', text: 'agent-made and human-made changes are told apart, per commit and per hunk' },
      {
        id: 'ID-3',
        text: 'no shared service tokens: credentials are per run and short-lived; use of a generic token is detected and raised',
      },
      { id: 'ID-4', text: 'when a sponsor or owner leaves, their runs stop and their workflows are flagged' },
    ],
  },
  {
    title: 'Policy decisions',
    rows: [
      { id: 'POL-1', text: 'policy is evaluated and logged at merge-request time' },
      { id: 'POL-2', text: 'policy is evaluated and logged at pipeline and deploy time' },
      {
        id: 'POL-3',
        text: "policy is evaluated before the agent's action, with its inputs and the policy's version",
      },
      {
        id: 'POL-4',
        text: 'the chain of decisions of a run can be reconstructed: what was decided, in which order, why',
      },
    ],
  },
  {
    title: 'Replay, rollback, evidence',
    rows: [
      { id: 'RPL-1', text: 'a unit of work is executed again with pinned inputs' },
      {
        id: 'RPL-2',
        text: 'the replay ends in a verdict with the first point of divergence, itself recorded',
      },
      { id: 'RPL-3', text: 'live replays measure how reproducible a workflow is' },
      { id: 'RBK-1', text: 'a merged agent change is rolled back as one bounded unit across its commits' },
      { id: 'RBK-2', text: 'a merged agent change is rolled back as one bounded unit across repositories' },
      {
        id: 'RBK-3',
        text: 'a rollback works from recorded artifacts alone: no clone, no chat search, no re-prompting',
      },
      {
        id: 'RBK-4',
        text: 'later work that does not overlap is kept; overlaps and dependent changes are named precisely',
      },
      { id: 'RBK-5', text: 'the rollback is itself decided, recorded and verified' },
      {
        id: 'EVD-1',
        text: 'one bundle for an agent-made merge request: task, repository state, policy evaluations, sponsor; in seconds',
        since: 1,
      },
      {
        id: 'EVD-2',
        text: 'the bundle answers who approved, which inputs and prompts, which checks, how to reproduce and how to unwind',
      },
      {
        id: 'EVD-3',
        text: 'a readiness drill picks a recent agent change on dependencies or infrastructure and times bundle and rollback',
      },
    ],
  },
  {
    title: 'Exceptions and their metrics',
    rows: [
      {
        id: 'EXC-1',
        text: 'missing provenance, unclear identity, non-reconstructible decisions and unbounded rollback are detected and raised by themselves',
      },
      { id: 'EXC-2', text: 'the queue has owner, due date, resolution and re-open after an audit follow-up' },
      { id: 'MET-1', text: 'depth of the exception queue for agent-made merge requests' },
      { id: 'MET-2', text: 'median time to evidence' },
      { id: 'MET-3', text: 'replay success rate' },
      { id: 'MET-4', text: 're-open rate' },
      {
        id: 'PH-1',
        text: 'adoption by risk: dependency updates, infrastructure code and security configuration first; observe → warn → enforce per class',
      },
    ],
  },
  {
    title: 'Owners and review',
    rows: [
      {
        id: 'OWN-1',
        text: 'AI can be responsible, never accountable: every workflow has a RACI with a named person, and the system enforces it',
      },
      {
        id: 'OWN-2',
        text: 'review matches risk: migrations need test evidence, security-sensitive diffs need static analysis and explicit approval, auth and billing paths need their maintainers',
      },
      { id: 'OWN-3', text: 'output inflation is visible: more artifacts without movement in outcomes' },
      {
        id: 'PRV-1',
        text: 'every AI interaction: who, tool, model and version, repository or workflow, time, and what happened next; full text optional',
        since: 1,
      },
      { id: 'PRV-2', text: 'a run can be read as a trace and stepped through' },
      { id: 'PRV-3', text: 'AI-assisted change is correlated with rework, per workflow' },
    ],
  },
  {
    title: 'Security and compliance',
    rows: [
      { id: 'SEC-1', text: 'single sign-on' },
      { id: 'SEC-2', text: 'SCIM provisioning and de-provisioning' },
      { id: 'SEC-3', text: 'central administration of policy' },
      { id: 'SEC-4', text: 'audit log of administration and of reads of records' },
      {
        id: 'SEC-5',
        text: 'one central switch that stops AI: everywhere, per workflow, agent, person, model or run',
      },
      {
        id: 'SEC-6',
        text: "vendors' retention and training terms are recorded and decide which data class may go to whom",
      },
      {
        id: 'SEC-7',
        text: 'prompts, logs and outputs are scanned for secrets; a hit blocks or redacts, and is raised',
      },
      { id: 'SEC-8', text: 'agents run sandboxed with least privilege, read-only by default' },
      { id: 'SEC-9', text: 'personal-data handling rules' },
      {
        id: 'SEC-10',
        text: 'a security-review pack: approved tools, retention, audit access, personal-data rules, review gates, generated from the live state',
      },
      {
        id: 'SEC-11',
        text: 'controls (EU AI Act, SOC 2, ISO 42001, NIST, PCI DSS, DORA, AISVS) mapped to records, with export',
      },
    ],
  },
  {
    title: 'Operating patterns, tiers and money',
    rows: [
      { id: 'PAT-1', text: 'IDE assistants are covered' },
      { id: 'PAT-2', text: 'chat-first knowledge work is covered' },
      {
        id: 'PAT-3',
        text: 'retrieval over internal documents is covered: pinned sources, staleness, permissions, citations checked against sources',
      },
      {
        id: 'PAT-4',
        text: 'tool-using agents are covered: permission sprawl, hard-to-debug runs and spend spikes are shown and bounded',
      },
      { id: 'TIER-1', text: 'low-risk work is routed to fast, cheap models' },
      { id: 'TIER-2', text: 'medium-risk work is routed to stronger models behind tests and review' },
      {
        id: 'TIER-3',
        text: "high-risk work needs pinned sources, constrained tools and a person's sign-off",
      },
      { id: 'SPD-1', text: 'budgets per organisation, team, workflow, agent, person and run' },
      { id: 'SPD-2', text: 'a hard cap is never exceeded, under any concurrency, stream or failure' },
      { id: 'SPD-3', text: "spend is tied to a workflow's outcome; spend without one is shown as such" },
      { id: 'SPD-4', text: 'subscriptions and consumption are both accounted' },
    ],
  },
  {
    title: 'Operating agents',
    rows: [
      {
        id: 'AOP-1',
        text: 'allowed use cases are published; external commitments and critical access are blocked until approved',
      },
      {
        id: 'AOP-2',
        text: 'a small gold data set per workflow is scored for accuracy, completeness and policy compliance, and gates rollout',
      },
      {
        id: 'AOP-3',
        text: 'model, tool calls, latency, spend and downstream acceptance are measured end to end',
      },
      {
        id: 'AOP-4',
        text: "external communication, security-sensitive changes and data export need a person's approval",
      },
      {
        id: 'AOP-5',
        text: 'agent incidents and near misses are run like real incidents and end in a change of the system',
      },
      {
        id: 'AOP-6',
        text: 'reproducibility is built in: pinned retrieval, structured output by schema, constrained tools',
      },
      { id: 'AOP-7', text: 'agents roll out in stages: shadow, limited, full; and back' },
    ],
  },
  {
    title: 'Scorecard and plan',
    rows: [
      { id: 'SCR-1', text: 'AI-assisted merge rate' },
      { id: 'SCR-2', text: 'rollback share of AI changes against the baseline' },
      { id: 'SCR-3', text: 'support deflection beside customer satisfaction' },
      { id: 'SCR-4', text: 'change in time to restore' },
      { id: 'SCR-5', text: 'AI cost per resolved unit' },
      {
        id: 'SCR-6',
        text: 'tokens and messages appear as denominators only; activity without outcome is flagged',
      },
      { id: 'SCR-7', text: 'review load on the most experienced people' },
      { id: 'SCR-8', text: 'leading indicators, lagging indicators and guardrails are told apart' },
      { id: 'PLAN-1', text: 'the one-page policy of a workflow is the configuration' },
      { id: 'PLAN-2', text: 'the shutdown metric pauses the workflow by itself' },
      { id: 'PLAN-3', text: 'a 30/60/90-day operating plan whose items are checked against the live state' },
    ],
  },
]
