import type { Params } from '../params.ts'
import { deleteWebhook, getUpdates, getWebhookInfo } from '../updates.ts'
import type { World } from '../world.ts'
import { getMe, profileText } from './account.ts'
import { answerCallbackQuery } from './callback.ts'
import { getChat, getChatMember, leaveChat } from './chat.ts'
import {
  deleteMessage,
  editMessageReplyMarkup,
  editMessageText,
  pinChatMessage,
  unpinChatMessage,
} from './edit.ts'
import { getFile, sendDocument, sendPhoto } from './files.ts'
import { deleteMyCommands, getMyCommands, setMyCommands } from './menu.ts'
import { sendChatAction, sendMessage } from './send.ts'

/** One Bot API method: gives the `result`, or throws a Refusal. `gone` fires when the bot hangs up. */
export type Method = (world: World, params: Params, gone: AbortSignal) => unknown

const name = profileText('name')
const description = profileText('description')
const shortDescription = profileText('short_description')

const methods: Readonly<Record<string, Method>> = {
  getMe,
  getUpdates,
  deleteWebhook,
  getWebhookInfo,
  logOut: () => true,
  close: () => true,
  sendMessage,
  sendDocument,
  sendPhoto,
  sendChatAction,
  editMessageText,
  editMessageReplyMarkup,
  deleteMessage,
  pinChatMessage,
  unpinChatMessage,
  answerCallbackQuery,
  setMyCommands,
  getMyCommands,
  deleteMyCommands,
  getChat,
  getChatMember,
  leaveChat,
  getFile,
  setMyName: name.set,
  getMyName: name.get,
  setMyDescription: description.set,
  getMyDescription: description.get,
  setMyShortDescription: shortDescription.set,
  getMyShortDescription: shortDescription.get,
}

const byLowerCase = new Map(
  Object.entries(methods).map(([key, method]) => [key.toLowerCase(), method]),
)

/** The method of that name, in any case as on the real server. */
export function methodNamed(wanted: string): Method | undefined {
  return byLowerCase.get(wanted.toLowerCase())
}
