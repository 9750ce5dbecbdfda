// frictionless.js, which PortalJS reads with: rows as text.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { listed, table, tell } from './told.mjs'

const frictionless = createRequire(import.meta.url)('frictionless.js')

await tell('frictionless.js', async folder => {
  const tables = {}
  for (const resource of listed(folder)) {
    const file = frictionless.open(join(folder, resource.path))
    const rows = []
    for await (const row of await file.rows()) rows.push(row)
    tables[resource.name] = table(rows[0], rows.slice(1))
  }
  return [[], tables]
})
