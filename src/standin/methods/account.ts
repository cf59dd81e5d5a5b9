import { string } from '../params.ts'
import type { Params } from '../params.ts'
import { wireBot } from '../wire.ts'
import type { World } from '../world.ts'

/** core.telegram.org/bots/api#getme */
export function getMe(world: World): unknown {
  return {
    ...wireBot(world),
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
  }
}

/** A pair like setMyDescription and getMyDescription, kept per language. core.telegram.org/bots/api#setmydescription */
export function profileText(field: 'name' | 'description' | 'short_description') {
  const key = (params: Params): string => `${field} ${string(params, 'language_code')}`
  return {
    set: (world: World, params: Params): true => {
      world.profile.set(key(params), string(params, field))
      return true
    },
    get: (world: World, params: Params): unknown => ({
      [field]: world.profile.get(key(params)) ?? '',
    }),
  }
}
