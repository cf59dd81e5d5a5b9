import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { often, type Thing } from './thing.ts'

/** A monitoring plug-in that complains with numbers and a secret. */
export function plugin(folder: string, secret: string): Thing {
  const file = join(folder, 'plugin.broken')
  const script = join(folder, 'plugin.sh')
  writeFileSync(
    script,
    `test -e ${file} || { echo "QUEUE OK - empty | waiting=0;5;10"; exit 0; }
echo "QUEUE CRITICAL - token ${secret} refused | waiting=12;5;10 'worst delay'=7s"
exit 2
`,
  )
  return {
    name: 'plugin',
    config: { checks: `plugin: { kind: command, run: [sh, "${script}"], ${often} }` },
    break: () => writeFileSync(file, ''),
    mend: () => rmSync(file, { force: true }),
    broken: () => existsSync(file),
  }
}
