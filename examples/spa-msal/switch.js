// Of the simulation: switches the first region off and on.
const [button, state] = ['switch', 'state'].map((id) => document.getElementById(id));

async function show(method) {
  button.disabled = true;
  const { off } = await (await fetch('/switch', { method })).json();
  button.textContent = off ? 'Switch swedencentral on' : 'Switch swedencentral off';
  state.textContent = off ? 'It refuses every connection.' : '';
  button.disabled = false;
}

button.addEventListener('click', () => show('POST'));
await show('GET');
