import { meant } from '../nearest.ts'
import type { Path, Settings } from '../path.ts'
import type { Building } from './context.ts'

/**
 * Reports the `service` of an entry that names none. A PM2 process that is only discovered at run time
 * may be meant, so without discovery only.
 */
export function checkService(
  { report, services }: Building,
  entry: Settings,
  path: Path,
  discover: boolean,
): void {
  const service = entry['service']
  if (discover || typeof service !== 'string' || services.has(service)) return
  report.add([...path, 'service'], `no service "${service}"${meant(service, services)}`)
}
