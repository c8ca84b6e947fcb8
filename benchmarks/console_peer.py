"""What the console's pages are held against: an empty page of the bare framework."""

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

app = FastAPI(openapi_url=None)


@app.get("/")
def empty() -> HTMLResponse:
    return HTMLResponse("")
