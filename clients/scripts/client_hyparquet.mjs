// hyparquet: Parquet in plain JavaScript.
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { join } from 'node:path'
import { listed, records, tell } from './told.mjs'

await tell('hyparquet', async folder => {
  const tables = {}
  for (const resource of listed(folder)) {
    const file = await asyncBufferFromFile(join(folder, resource.path))
    tables[resource.name] = records(await parquetReadObjects({ file, compressors }))
  }
  return [[], tables]
})
