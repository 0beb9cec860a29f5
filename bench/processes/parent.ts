/** Tells the parent process something. */
export function tellParent(message: object): void {
  process.send?.(message)
}

/** Calls `close` and ends this process when the parent has let go of it. */
export function endWithParent(close: () => Promise<unknown>): void {
  process.once('disconnect', () => {
    void close().finally(() => process.exit(0))
  })
}
