/** SQL for the incoming mail that a message came as; null for what was written elsewhere. */
export const mailOfMessage = '(select incoming_mails.id from incoming_mails where message_row = messages.id)'
