import { Type } from 'typebox'
import { currentVersion } from '../policy-version.ts'
import { defineRoute, type RouteCall } from '../route.ts'

const WorkflowParams = Type.Object({ workflow: Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' }) })
const READING = ['workflow.unknown', 'workflow.invalid', 'workflow.unreadable', 'recording-level.not-lowered']

/** Turning down what a workflow records: one person asks, another agrees. */
export const workflowRoutes = [
  defineRoute({
    method: 'POST',
    path: '/v1/workflows/:workflow/recording/ask',
    permission: 'recording.lower',
    scope: workflowInPath,
    summary: 'Ask that a workflow may record less, as its file says now',
    schemas: { params: WorkflowParams },
    answer: { meaning: '`{state}`: `asked`, or `applied` where nobody else could agree' },
    failures: READING,
    handle: async ({ params, person, services }) => ({
      json: await services.recordingLevels.ask(await currentVersion(services, params.workflow), person.id),
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/workflows/:workflow/recording/approve',
    permission: 'recording.lower',
    scope: workflowInPath,
    summary: 'Agree that a workflow records less, as another person asked',
    schemas: { params: WorkflowParams },
    answer: { meaning: '`{state: "applied"}`' },
    failures: [...READING, 'recording-level.not-asked', 'recording-level.own-request'],
    handle: async ({ params, person, services }) => {
      await services.recordingLevels.approve(await currentVersion(services, params.workflow), person.id)
      return { json: { state: 'applied' } }
    },
  }),
]

function workflowInPath({ params }: RouteCall<{ readonly workflow: string }, unknown, unknown>) {
  return Promise.resolve({ scope: `workflow:${params.workflow}` as const })
}
