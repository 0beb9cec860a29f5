import { Type } from 'typebox'

/** The small shapes that every schema of version 1 is made of. */
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
/** SHA-1 or SHA-256, as the repository has it. */
export const GitId = Type.String({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' })
export const Id = (prefix: string) => Type.String({ pattern: `^${prefix}_[0-7][0-9A-HJKMNP-TV-Z]{25}$` })
export const Time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' })
export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const Text = Type.String()
export const Channel = Type.Enum(['gateway', 'hooks', 'mcp', 'git', 'sandbox'])

export const Commitment = Type.Object(
  {
    alg: Type.Literal('hmac-sha256'),
    commitment: Sha256,
    bytes: Count,
    type: Type.String({ description: 'Media type of the body.' }),
  },
  {
    description: 'HMAC-SHA256(salt, "custody/part/v1\\0" || body) of a body kept apart.',
    additionalProperties: false,
  },
)
