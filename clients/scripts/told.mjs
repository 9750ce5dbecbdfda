// What every client written in JavaScript shares; see told.py.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const descriptor = folder => JSON.parse(readFileSync(join(folder, 'datapackage.json'), 'utf8'))

export const listed = folder => descriptor(folder).resources.filter(each => each.path)

export const versionOf = name => JSON.parse(readFileSync(join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, 'node_modules', name, 'package.json'), 'utf8')).version

const day = value => value.toISOString()

export function plain(value) {
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (value instanceof Date) return { datetime: day(value).slice(0, 19) }
  if (value?._isAMomentObject) return { date: value.format('YYYY-MM-DD') }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && typeof value.toArray === 'function') return Array.from(value.toArray(), plain)
  if (typeof value === 'object') return { object: String(value) }
  return value
}

export const table = (columns, rows) => ({ columns, rows: rows.map(row => row.map(plain)) })

export function records(rows, columns) {
  const names = columns ?? Object.keys(rows[0] ?? {})
  return table(names, rows.map(row => names.map(name => row[name])))
}

export async function tell(name, read) {
  const [way, ...packages] = process.argv.slice(2)
  const version = versionOf(name)
  for (const folder of packages) {
    const told = { version }
    try {
      const [faults, tables] = await read(folder, way)
      Object.assign(told, { faults: faults.map(each => String(each?.message ?? each).slice(0, 300)), tables })
    } catch (error) {
      told.error = String(error?.stack ?? error).split('\n')[0].slice(0, 300)
    }
    process.stdout.write(JSON.stringify(told) + '\n')
  }
}
