"""The shapes of requests and answers: checks of JSON values, pages, headers."""
