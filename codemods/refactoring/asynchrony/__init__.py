"""Adding and removing `await`, and making functions asynchronous or synchronous."""
