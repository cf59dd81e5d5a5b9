import { InputFile } from 'grammy'
import { describe, expect, it } from 'vitest'
import { asha, open, refusal } from './support.ts'

const log = new InputFile(Buffer.from('line 1\nline 2 ✓\n'), 'web.log')
const png = (width: number, height: number): InputFile => {
  const header = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
  const size = Buffer.alloc(8)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  return new InputFile(Buffer.concat([header, size]), 'chart.png')
}

describe('sendDocument', () => {
  it('keeps name, caption and bytes', async () => {
    await using tg = await open()
    const sent = await tg.api.sendDocument(asha, log, {
      caption: '<b>web</b>',
      parse_mode: 'HTML',
      disable_notification: true,
    })
    expect(sent).toMatchObject({
      caption: 'web',
      caption_entities: [{ type: 'bold' }],
      document: { file_name: 'web.log', file_size: 18 },
    })
    const [message] = tg.standin.messages(asha)
    expect(message).toMatchObject({ text: 'web', disable_notification: true })
    expect(Buffer.from(message?.document?.bytes ?? []).toString()).toBe('line 1\nline 2 ✓\n')
    expect(tg.standin.calls.at(-1)?.params).toMatchObject({ caption: '<b>web</b>' })
  })

  it('sends a known file again, and hands it out', async () => {
    await using tg = await open()
    const { document } = await tg.api.sendDocument(asha, log)
    const again = await tg.api.sendDocument(asha, document.file_id)
    expect(again.document).toEqual(document)
    const { file_path } = await tg.api.getFile(document.file_id)
    const url = `${tg.standin.root}/file/bot${tg.standin.token}/${file_path}`
    expect(await (await fetch(url)).text()).toBe('line 1\nline 2 ✓\n')
    expect((await fetch(`${url}x`)).status).toBe(404)
  })

  it('refuses what Telegram does', async () => {
    await using tg = await open()
    const no = '400 Bad Request:'
    const caption = 'x'.repeat(1025)
    expect(await refusal(tg.api.sendDocument(asha, log, { caption }))).toBe(
      `${no} message caption is too long`,
    )
    expect(await refusal(tg.api.sendDocument(asha, 'nothing'))).toBe(
      `${no} wrong remote file identifier specified`,
    )
    expect(await refusal(tg.api.sendDocument(asha, ''))).toBe(
      `${no} there is no document in the request`,
    )
    expect(await refusal(tg.api.sendDocument(asha, new InputFile(Buffer.alloc(0), 'e')))).toBe(
      `${no} file must be non-empty`,
    )
    expect(await refusal(tg.api.getFile('nothing'))).toBe(
      `${no} wrong file_id or the file is temporarily unavailable`,
    )
  })

  it('has no text to edit', async () => {
    await using tg = await open()
    const { message_id } = await tg.api.sendDocument(asha, log)
    expect(await refusal(tg.api.editMessageText(asha, message_id, 'x'))).toBe(
      '400 Bad Request: there is no text in the message to edit',
    )
  })
})

describe('sendPhoto', () => {
  it('takes a picture and reads its size', async () => {
    await using tg = await open()
    const { photo } = await tg.api.sendPhoto(asha, png(800, 400))
    expect(photo).toMatchObject([{ width: 800, height: 400 }])
    expect(tg.standin.messages(asha)[0]?.photo?.name).toBe('chart.png')
  })

  it('refuses what is no picture, or too large a one', async () => {
    await using tg = await open()
    expect(await refusal(tg.api.sendPhoto(asha, log))).toBe('400 Bad Request: IMAGE_PROCESS_FAILED')
    expect(await refusal(tg.api.sendPhoto(asha, png(9000, 1001)))).toBe(
      '400 Bad Request: PHOTO_INVALID_DIMENSIONS',
    )
  })
})
