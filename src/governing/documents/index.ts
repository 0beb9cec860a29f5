export { parseDocument } from './document.ts'
export { readDocumentFile } from './document-file.ts'
export type { Complaint, Field, Spot, ValueOf } from './field.ts'
export { listOf, mapOf } from './list-field.ts'
export { byteSize, duration } from './measure-fields.ts'
export { nearest } from './nearest.ts'
export { formatProblems } from './problem-lines.ts'
export {
  optional,
  type Partially,
  record,
  required,
  section,
  withDefault,
} from './record-field.ts'
export { decimal, flag, oneOf, paragraph, text, wholeNumber, worded } from './scalar-fields.ts'
