import { defineRoute } from '../route.ts'

export const witnessRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/witnesses',
    permission: 'log.read',
    summary: 'The witnesses of the log, and what each has cosigned',
    schemas: {},
    answer: {
      meaning:
        '`{witnesses: [{name, size, problem, contradicts}], lastQuorum: {size, ageSeconds}, late}`; no witnesses and no `lastQuorum` where there is no policy',
    },
    handle: ({ services: { witnesses } }) => {
      const { state } = witnesses
      const quorum = state?.lastQuorum
      const json = {
        witnesses: state?.witnesses ?? [],
        ...(quorum === undefined
          ? {}
          : { lastQuorum: { size: quorum.size, ageSeconds: Math.round(quorum.ageMs / 1000) } }),
        late: state?.isLate ?? false,
      }
      return Promise.resolve({ json })
    },
  }),
]
