import { defineHandler } from '../src/contract/handler.ts'
import { line } from '../src/contract/message.ts'

export default defineHandler({
  kind: 'cancel',
  commands: { cancel: { role: 'viewer', about: 'Withdraw what I am being asked about' } },
  onCommand({ dismiss, reply }) {
    const n = dismiss()
    reply({ blocks: [n > 0 ? line('cancel-done', { n }) : line('cancel-none')] })
  },
})
