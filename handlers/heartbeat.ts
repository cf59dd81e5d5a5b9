import { defineHandler } from '../src/contract/handler.ts'

export default defineHandler({
  kind: 'heartbeat',
  commands: { heartbeat: { role: 'viewer', about: 'The summary, now' } },
  onCommand: ({ house, reply }) => reply(house.heartbeat()),
})
