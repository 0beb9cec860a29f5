/** How much a workflow's policy has recorded of a run, and how long that is kept. */
export interface RecordingLevel {
  readonly parts: 'full' | 'commitments-only'
  /** Absent: until a person erases it. */
  readonly retentionMs?: number
}

/** Whether less is recorded, or for a shorter time. */
export function isLower(level: RecordingLevel, than: RecordingLevel): boolean {
  const keptFor = ({ retentionMs = Number.POSITIVE_INFINITY }: RecordingLevel) => retentionMs
  return (level.parts !== 'full' && than.parts === 'full') || keptFor(level) < keptFor(than)
}
