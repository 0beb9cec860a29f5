/** A file's content larger than this is recorded by digest and size only. */
export const MAX_KEPT_FILE_BYTES = 4 * 1024 * 1024
/** All contents kept for one change together. */
export const MAX_KEPT_CHANGE_BYTES = 64 * 1024 * 1024
/** Events name each content by a commitment and must stay under 64 KiB; with more contents, several share a part. */
export const MAX_CONTENT_PARTS = 128
/** Ids of commits named in the event itself, in characters; the part names all. 400 commits with SHA-1. */
export const MAX_LISTED_ID_CHARACTERS = 16_000
