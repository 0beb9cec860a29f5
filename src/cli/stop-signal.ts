/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
export function stopSignal(onFirst: () => void): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.removeListener('SIGINT', stop)
      process.removeListener('SIGTERM', stop)
      onFirst()
      resolve()
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}
