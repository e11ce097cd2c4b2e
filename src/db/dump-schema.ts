import { type Kysely, sql } from 'kysely'
import type { Database } from './database.ts'
import type { DatabaseKind } from './open-database.ts'

/**
 * The schema of a migrated database as SQL that people read and compare: tables by name, their columns and constraints
 * one per line, their indexes after them. Kysely's own bookkeeping is left out. Needs no tool of the database's.
 */
export async function dumpSchema({
  db,
  kind,
}: Readonly<{ db: Kysely<Database>; kind: DatabaseKind }>): Promise<string> {
  const tables = await (kind === 'sqlite' ? sqliteTables(db) : postgresTables(db))
  const text = tables
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, lines, indexes }) =>
      [`create table ${name} (\n  ${lines.join(',\n  ')}\n);`, ...indexes.toSorted().map((index) => `${index};`)].join(
        '\n',
      ),
    )
  return `${text.join('\n\n')}\n`
}

type Table = { name: string; lines: readonly string[]; indexes: readonly string[] }

/** SQLite keeps the statements that made the schema; they only have to be laid out. */
async function sqliteTables(db: Kysely<Database>): Promise<Table[]> {
  const { rows } = await sql<{ type: string; name: string; tbl_name: string; sql: string }>`
    select type, name, tbl_name, sql from sqlite_schema
    where sql is not null and tbl_name not like 'kysely_%' and tbl_name not like 'sqlite_%'`.execute(db)
  const indexesOf = (table: string): string[] =>
    rows.filter((row) => row.type === 'index' && row.tbl_name === table).map((row) => tidy(row.sql))
  return rows
    .filter((row) => row.type === 'table')
    .map(({ name, sql: text }) => ({
      name,
      lines: splitAtTopLevel(tidy(text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')))),
      indexes: indexesOf(name),
    }))
}

function tidy(text: string): string {
  return text.replaceAll('"', '').replace(/^CREATE (TABLE|INDEX)/, (words) => words.toLowerCase())
}

/** Splits at the commas that stand in no parentheses. */
function splitAtTopLevel(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const character of text) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (character === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts.map((part) => part.trim())
}

async function postgresTables(db: Kysely<Database>): Promise<Table[]> {
  const { rows: columns } = await sql<{ table: string; line: string }>`
    select c.relname as "table", concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then 'not null' end, 'default ' || pg_get_expr(d.adbin, d.adrelid)) as line
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and c.relname not like 'kysely%'
    order by c.relname, a.attnum`.execute(db)
  // NOT NULL stands with its column; since PostgreSQL 18 it is a constraint as well.
  const { rows: constraints } = await sql<{ table: string; line: string }>`
    select r.relname as "table", 'constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid) as line
    from pg_constraint k join pg_class r on r.oid = k.conrelid
    where k.connamespace = current_schema()::regnamespace and k.contype <> 'n'
    order by r.relname, position(k.contype in 'puf'), k.conname collate "C"`.execute(db)
  const { rows: indexes } = await sql<{ table: string; line: string }>`
    select r.relname as "table", replace(pg_get_indexdef(i.indexrelid), current_schema() || '.', '') as line
    from pg_index i join pg_class r on r.oid = i.indrelid
    where r.relnamespace = current_schema()::regnamespace
      and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u'))`.execute(
    db,
  )
  const linesOf = (rows: typeof columns, table: string): string[] =>
    rows.filter((row) => row.table === table).map(({ line }) => line)
  return [...new Set(columns.map(({ table }) => table))].map((name) => ({
    name,
    lines: [...linesOf(columns, name), ...linesOf(constraints, name)],
    indexes: linesOf(indexes, name).map((index) => index.replace('CREATE INDEX', 'create index')),
  }))
}
