import type { LogPublisher } from '../recording/ledger/index.ts'
import { logLine } from './log-line.ts'

const EVERY_MS = 1000

/** Keeps the published log up while something is behind; each trouble is reported once. Gives the way to end it. */
export function publishRegularly(publisher: LogPublisher, report: (line: string) => void): () => void {
  let isReported = false
  const publish = () =>
    publisher.publish().then(
      () => {
        isReported = false
      },
      (error: unknown) => {
        if (!isReported) report(logLine('publishing the log:', error))
        isReported = true
      },
    )
  // One at a time: a key service or a disk may take longer than the interval.
  let isPublishing = false
  const publishUnlessBusy = async () => {
    if (isPublishing) return
    isPublishing = true
    await publish()
    isPublishing = false
  }
  const timer = setInterval(() => void publishUnlessBusy(), EVERY_MS)
  timer.unref()
  void publishUnlessBusy()
  return () => clearInterval(timer)
}
