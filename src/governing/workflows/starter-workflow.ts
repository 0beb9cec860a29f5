/** The text of `code-change.yaml`, a ready workflow for changes to code, owned by the person with this address. */
export function starterWorkflow(ownerEmail: string): string {
  return `# The policy of one workflow, on one page. Every run names the workflow it belongs to, and records this file.
# Check it with: custody workflow check
workflow: code-change
title: Code changes
owner: ${JSON.stringify(ownerEmail)}  # a person; accountable for every use of this workflow
purpose: Change code on a branch, run its tests, and propose the result for review.

raci:
  responsible: ["agent:claude-code", "agent:codex", "agent:opencode", "agent:gemini"]

tier: 2                       # 1 cheap drafts, 2 behind tests and review, 3 pinned sources and sign-off

# Without an allow list any model may be used. To narrow it:
# models: { allow: [claude-sonnet-4-5, gpt-5.5], prefer: claude-sonnet-4-5 }

data:
  classes: [public, internal] # what a prompt may hold; also known: confidential, restricted

actions:                      # what no line names is refused
  allow: [repository.read, repository.edit, "shell:*"]
  approve: [change.open]      # a person must consent to the exact action
  refuse: ["deploy.*", message.external, data.export]

record:
  parts: full                 # or commitments-only: digests of prompts and answers, not their text
  retention: 400d

budget:
  run: 10 USD                 # also: day, week, month, total
  onUnpriced: refuse          # a model without a known price: refuse or allow

review:                       # by risk, on top of the built-in classes
  - when: { class: migration }
    require: [test-evidence, "approval:code-owner"]
`
}
