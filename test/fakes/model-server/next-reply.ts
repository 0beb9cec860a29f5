import type { Conversation, Reply } from './conversation.ts'
import { progressOf } from './progress.ts'
import { valueFor } from './schema-value.ts'
import { type Script, turnAfter } from './script.ts'
import { chooseCall, chooseShellCall } from './tool-calls.ts'

/**
 * The scripted answer to a request. Nothing is remembered between requests: how far the script has come is read from
 * the history the client sends, so retries, resumed and parallel conversations all work. A request without tools is a
 * side request and uses up no step.
 */
export function nextReply(script: Script, conversation: Conversation, seed: string): Reply {
  if (conversation.schema !== undefined) return { text: JSON.stringify(valueFor(conversation.schema)) }
  if (conversation.tools.length === 0) return { text: 'A short answer of the scripted model' }
  return scriptedReply(script, conversation, seed.slice(0, 12))
}

function scriptedReply(script: Script, { tools, results }: Conversation, seed: string): Reply {
  const { done, refused } = progressOf(results)
  const missed = refused === undefined ? undefined : turnAfter(script, refused).step
  const otherWay = missed && chooseShellCall(missed, tools)
  if (otherWay !== undefined) {
    return { text: REFUSED, call: { ...otherWay, id: `step${refused}again_${seed}` } }
  }
  const { text, step } = turnAfter(script, done)
  if (step === undefined) return { text }
  const call = chooseCall(step, tools, results)
  if (call === undefined) return { text: `No offered tool can do the step "${step.do}".` }
  return { text, call: { ...call, id: `step${done}_${seed}` } }
}

const REFUSED = 'The tool refused that. I do it in the shell.'
