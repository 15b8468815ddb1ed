// Notes each test as one line: what the harness takes for the truth.
export default async function* report(source) {
  for await (const {type, data} of source) {
    const word = {'test:pass': 'ok', 'test:fail': 'failed'}[type];
    if (word && data.details?.type !== 'suite') {
      yield `${data.skip === undefined ? word : 'ignored'} ${data.name}\n`;
    }
  }
}
