/** The JSON values in a piece: one, or several when neighbours were merged. Throws a SyntaxError on other bytes. */
export function pieceValues(piece: Buffer): readonly unknown[] {
  const values: unknown = JSON.parse(`[${piece.toString('utf8')}]`)
  return Array.isArray(values) ? values : []
}
