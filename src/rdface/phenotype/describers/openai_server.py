"""Describer ``openai``: any server with OpenAI's chat-completions API."""

from __future__ import annotations

import base64
import io
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from rdface.files import sha256_bytes
from rdface.imaging import Image, encode_jpeg
from rdface.phenotype.chat_api import NoAnswerError, Patience, ask, is_loopback, make_client
from rdface.phenotype.describer import DESCRIBERS, Answer, Describer, Picture
from rdface.phenotype.instruction import AS_JSON, FREE_TEXT, Instruction
from rdface.phenotype.pixels import limited
from rdface.phenotype.report import Status

if TYPE_CHECKING:
    from httpx2 import Client

KEYS: Final = ("RDFACE_OPENAI_KEY", "OPENAI_API_KEY")
"""Environment variables of the key, the first one that is set; it is kept nowhere."""
JPEG_QUALITY: Final = 95


@DESCRIBERS.register("openai")
class OpenAiServer(Describer):
    """A model behind any server with the OpenAI chat API: vLLM, Ollama, llama.cpp, or hosted.

    The picture is encoded anew from its pixels: nothing else of its file goes into the request.
    API: https://platform.openai.com/docs/api-reference/chat.

    Attributes:
        model: Its name on the server.
        url: Of the API, up to ``/v1``.
        timeout: Seconds for one try.
        retries: Tries after the first one.
        backoff: Seconds before the first retry, about; they double.
        concurrency: Questions at a time.
        json_schema: Hold the model to a JSON schema; not every server can.
        max_tokens: Of an answer.
        token_field: What the server calls that limit.
        temperature: 0 for the likeliest words; null to leave it to a server that allows none.
        side: The longer side of a picture is shrunk to so many pixels.
        encoding: ``png`` keeps every pixel, ``jpeg`` is a tenth of the size.
        price_in: Per million tokens asked, in any currency.
        price_out: Per million tokens answered.
    """

    wants_faces: ClassVar[bool] = False

    model: str = Field(min_length=1)
    url: str = "http://127.0.0.1:8000/v1"
    timeout: float = Field(default=120.0, gt=0)
    retries: int = Field(default=5, ge=0, le=20)
    backoff: float = Field(default=1.0, ge=0)
    concurrency: int = Field(default=4, ge=1, le=64)
    json_schema: bool = True
    max_tokens: int = Field(default=1024, ge=1)
    token_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"  # noqa: S105
    temperature: float | None = Field(default=0.0, ge=0)
    side: int = Field(default=768, ge=32)
    encoding: Literal["jpeg", "png"] = "jpeg"
    price_in: float | None = Field(default=None, ge=0)
    price_out: float | None = Field(default=None, ge=0)

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            known = False
        if not known:
            raise ValueError("it must be like https://host/v1")
        if parts.username or parts.password or parts.query or parts.fragment:
            # It is written into about.json and shown: no key may stand in it.
            raise ValueError(
                f"a key goes into the environment variable {KEYS[0]}, never into the url"
            )
        return url.rstrip("/")

    @property
    def _asked(self) -> Instruction:
        return AS_JSON if self.json_schema else FREE_TEXT

    @property
    def instruction(self) -> str:
        """Version of what is asked."""
        return self._asked.version

    @property
    def fingerprint(self) -> str:
        """Server, model, instruction, decoding and picture; the server vouches for the weights."""
        decides = (
            *(self.url, self.model, self.instruction, self.json_schema),
            *(self.max_tokens, self.temperature, self.side, self.encoding, JPEG_QUALITY),
        )
        return sha256_bytes(json.dumps(["openai", *decides]).encode())[:24]

    @property
    def destination(self) -> str:
        """The server, unless it is this machine; see :func:`rdface.phenotype.chat_api.is_loopback`.

        A tunnel from this machine to another one looks like this machine: who lays it knows.
        """
        parts = urlsplit(self.url)
        if is_loopback(parts.hostname or ""):
            return ""
        open_road = " (unencrypted)" if parts.scheme == "http" else ""
        return f"{parts.scheme}://{parts.netloc}{open_road}"

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """By the prices given, as far as they are."""
        if self.price_in is None and self.price_out is None:
            return None
        total = tokens_in * (self.price_in or 0.0) + tokens_out * (self.price_out or 0.0)
        return round(total / 1e6, 6)

    def describe(self, pictures: Sequence[Picture]) -> Iterator[Answer]:
        """Ask about several pictures at a time; answers come as they are ready.

        A picture whose questions all fail gives a ``failed`` answer.

        Raises:
            UsageError: The server turns everything away (key, address, model); or httpx2 is
                missing.
        """
        key = next((os.environ[name] for name in KEYS if os.environ.get(name)), "")
        places = iter(range(len(pictures)))
        waiting: set[Future[Answer]] = set()
        stop = Event()
        client = make_client(key, concurrency=self.concurrency, proxies=self.uploads)
        with client, ThreadPoolExecutor(self.concurrency) as workers:
            try:
                while True:
                    # Two a worker: enough that none waits, and few pictures in memory.
                    while len(waiting) < 2 * self.concurrency:
                        place = next(places, None)
                        if place is None:
                            break
                        waiting.add(workers.submit(self._one, client, key, pictures, place, stop))
                    if not waiting:
                        return
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            finally:
                stop.set()
                workers.shutdown(wait=False, cancel_futures=True)

    def _one(
        self, client: Client, key: str, pictures: Sequence[Picture], place: int, stop: Event
    ) -> Answer:
        def pause(seconds: float) -> None:
            if stop.wait(seconds):
                raise NoAnswerError("Stopped.", again=False)

        picture = pictures[place]
        try:
            answer = ask(
                client,
                f"{self.url}/chat/completions",
                self._request(picture.image),
                Patience(self.timeout, self.retries, self.backoff),
                name=picture.image_id,
                secret=key,
                sleep=pause,
            )
            return self._read(picture.image_id, answer)
        except NoAnswerError as error:
            return Answer(picture.image_id, "", status="failed", problem=error.reason)

    def _request(self, image: Image) -> dict[str, Any]:
        data = _encoded(limited(image, self.side), self.encoding)
        shown = f"data:image/{self.encoding};base64,{base64.b64encode(data).decode()}"
        request: dict[str, Any] = {
            "model": self.model,
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "image_url", "image_url": {"url": shown}},
                        {"type": "text", "text": self._asked.text},
                    ],
                }
            ],
            self.token_field: self.max_tokens,
        }
        if self.temperature is not None:
            request["temperature"] = self.temperature
        if self._asked.schema is not None:
            request["response_format"] = {
                "type": "json_schema",
                "json_schema": {
                    "name": "face_report",
                    "strict": True,
                    "schema": self._asked.schema,
                },
            }
        return request

    def _read(self, image_id: str, answer: dict[str, Any]) -> Answer:
        try:
            choice = answer["choices"][0]
            message = choice["message"]
            text = _text(message.get("content"))
            refusal = message.get("refusal")
        except (KeyError, IndexError, TypeError, AttributeError):
            raise NoAnswerError("The answer holds no choice.", again=False) from None
        usage = answer.get("usage")
        counts = usage if isinstance(usage, dict) else {}
        tokens_in, tokens_out = (
            count if isinstance(count := counts.get(name), int) and count >= 0 else None
            for name in ("prompt_tokens", "completion_tokens")
        )
        ended, problem = choice.get("finish_reason"), ""
        status: Status | None = None
        if isinstance(refusal, str) and refusal:
            text, status, problem = refusal, "refused", "The model declined."
        elif ended == "content_filter":
            status, problem = "refused", "The server's filter cut in."
        elif ended == "length":
            problem = f"cut short at {self.max_tokens} tokens"
        return Answer(
            image_id,
            text,
            status,
            problem=problem,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
        )


def _text(content: object) -> str:
    """The text of a message: a string, or parts of which some are text."""
    if isinstance(content, list):
        texts = (part.get("text") for part in content if isinstance(part, dict))
        return "".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else ""


def _encoded(image: Image, encoding: str) -> bytes:
    if encoding == "jpeg":
        return encode_jpeg(image, JPEG_QUALITY)
    from PIL import Image as Pillow

    stream = io.BytesIO()
    Pillow.fromarray(image).save(stream, "PNG")
    return stream.getvalue()
