/** Admin, operator, viewer, and somebody whom the config does not know. */
export const asha = 1001
export const ben = 1002
export const viv = 1003
export const eve = 6666
