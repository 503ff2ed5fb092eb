import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import type { Logger } from 'pino';
import {
  notices,
  questions,
  type Answers,
  type Notice,
  type NoticeArguments,
  type PageMessages,
  type Question,
  type QuestionArguments,
} from './ipc-contract.ts';
import { isPageUrl } from './page-address.ts';

export type QuestionHandlers = {
  [Channel in Question]: (...input: QuestionArguments<Channel>) => Promise<Answers[Channel]>;
};
export type NoticeHandlers = { [Channel in Notice]: (...input: NoticeArguments<Channel>) => void };

/**
 * Binds the page's questions and notices to their handlers. A message counts only when it comes from
 * our window's main frame while that frame shows our page, and when its arguments fit the contract;
 * anything else is refused with an error and written to the log.
 * @param page the window's contents at the time of the message, or undefined when it is gone.
 */
export function bindIpc(
  page: () => WebContents | undefined,
  log: Logger,
  handlers: { questions: QuestionHandlers; notices: NoticeHandlers },
): void {
  const check = (event: IpcMainEvent | IpcMainInvokeEvent, channel: string): void => {
    if (isTrusted(event, page())) return;
    log.warn({ channel, sender: event.senderFrame?.url ?? null }, 'message from an unknown sender refused');
    throw new Error('refused: unknown sender');
  };
  const parse = <T>(
    schema: { safeParse(value: unknown): { success: true; data: T } | { success: false; error: Error } },
    input: unknown[],
    channel: string,
  ): T => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return parsed.data;
    log.warn({ channel, err: parsed.error }, 'message with wrong arguments refused');
    throw new Error('refused: wrong arguments');
  };
  const bindQuestion = <Channel extends Question>(channel: Channel): void => {
    const handler = handlers.questions[channel] as (...input: unknown[]) => Promise<Answers[Channel]>;
    ipcMain.handle(channel, async (event, ...input: unknown[]) => {
      check(event, channel);
      return handler(...parse<unknown[]>(questions[channel], input, channel));
    });
  };
  const bindNotice = <Channel extends Notice>(channel: Channel): void => {
    const handler = handlers.notices[channel] as (...input: unknown[]) => void;
    ipcMain.on(channel, (event, ...input: unknown[]) => {
      try {
        check(event, channel);
        handler(...parse<unknown[]>(notices[channel], input, channel));
      } catch {
        // Refused and logged above; a notice has nobody to answer to.
      }
    });
  };
  for (const channel of Object.keys(questions) as Question[]) bindQuestion(channel);
  for (const channel of Object.keys(notices) as Notice[]) bindNotice(channel);
}

type Sender = Pick<IpcMainEvent, 'senderFrame'> & { sender: { id: number } };

/** True for a message from the main frame of our window, while it shows our page. */
export function isTrusted(event: Sender, page: Pick<WebContents, 'id' | 'mainFrame'> | undefined): boolean {
  const frame = event.senderFrame;
  return (
    page !== undefined &&
    frame !== null &&
    event.sender.id === page.id &&
    frame === page.mainFrame &&
    isPageUrl(frame.url)
  );
}

/** Sends one of the contract's messages to the page. */
export function tellPage<Channel extends Exclude<keyof PageMessages, 'descry:engine-port'>>(
  page: WebContents,
  channel: Channel,
  message: PageMessages[Channel],
): void {
  page.send(channel, message);
}
