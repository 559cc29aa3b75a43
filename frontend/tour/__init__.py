"""The guided tour of the demo: real pages in an order, with a panel that says what one looks at."""
