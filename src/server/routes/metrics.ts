import { defineRoute } from '../route.ts'

export const metricsRoutes = [
  defineRoute({
    method: 'GET',
    path: '/metrics',
    permission: 'metrics.read',
    summary: 'Figures for monitoring',
    schemas: {},
    answer: {
      type: 'text/plain; version=0.0.4; charset=utf-8',
      meaning: 'The text format of Prometheus; docs/metrics.md explains each figure.',
    },
    handle: async ({ services: { metrics } }) => ({ type: metrics.type, bytes: await metrics.text() }),
  }),
]
