export const usage = `Simulated regions of Azure OpenAI, to break and to heal.

  azure-openai-failover simulate --regions eastus,westeurope
      --regions <list>      regions to start, each on a port of its own: eastus:18081,westeurope:18082
      --scenario <name>     what befalls them: a preset, or a JSON file; brings its regions where none are named
      --seed <n>            what keys, latencies and chances are made from; the scenario's, or 1
      --control-port <n>    of the control API; 18090, or the next that is free
      --exit                ends when the scenario is over
      --json                prints where everything is as one line of JSON

  azure-openai-failover playground
      --port <n>            of the page; 18080, or the next that is free
      --open                opens the page in the browser

  azure-openai-failover scenarios
      --json                prints them whole

  azure-openai-failover help | --version

All of it listens on 127.0.0.1 alone, and runs until Ctrl-C.
`;
