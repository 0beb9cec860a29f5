import { toWrite, type Write } from '../../../storage/index.ts'
import { type Db, type IdentityTables, statements } from './tables.ts'

export type ServiceRow = IdentityTables['services']
export type ServiceTokenRow = IdentityTables['service_tokens']
export type AgentRow = IdentityTables['agents']

export function insertService(service: ServiceRow): Write {
  return toWrite(statements.insertInto('services').values(service))
}

export function setServiceStatus(id: string, status: string): Write {
  return toWrite(statements.updateTable('services').set({ status }).where('id', '=', id))
}

export function insertServiceToken(token: ServiceTokenRow): Write {
  return toWrite(statements.insertInto('service_tokens').values(token))
}

export function deleteServiceToken(id: string): Write {
  return toWrite(statements.deleteFrom('service_tokens').where('id', '=', id))
}

export function deleteServiceTokensOf(service: string): Write {
  return toWrite(statements.deleteFrom('service_tokens').where('service', '=', service))
}

export function serviceById(db: Db, id: string): Promise<ServiceRow | undefined> {
  return db.selectFrom('services').selectAll().where('id', '=', id).executeTakeFirst()
}

export function allServices(db: Db): Promise<ServiceRow[]> {
  return db.selectFrom('services').selectAll().orderBy('name').execute()
}

export function serviceTokenByDigest(db: Db, digest: Uint8Array): Promise<ServiceTokenRow | undefined> {
  return db.selectFrom('service_tokens').selectAll().where('digest', '=', digest).executeTakeFirst()
}

export function serviceTokenById(db: Db, id: string): Promise<ServiceTokenRow | undefined> {
  return db.selectFrom('service_tokens').selectAll().where('id', '=', id).executeTakeFirst()
}

export function serviceTokensOf(db: Db, service: string): Promise<ServiceTokenRow[]> {
  return db.selectFrom('service_tokens').selectAll().where('service', '=', service).orderBy('id').execute()
}

export function insertAgent(agent: AgentRow): Write {
  return toWrite(statements.insertInto('agents').values(agent))
}

export function agentOf(db: Db, owner: string, kind: string): Promise<AgentRow | undefined> {
  return db
    .selectFrom('agents')
    .selectAll()
    .where('owner', '=', owner)
    .where('kind', '=', kind)
    .executeTakeFirst()
}

export function allAgents(db: Db): Promise<AgentRow[]> {
  return db.selectFrom('agents').selectAll().orderBy('id').execute()
}
