"""Films for a browser's camera: a QR code held before it, as Y4M."""

from io import BytesIO

from PIL import Image

from app.domain.passes import secret_png

WIDE, HIGH = 640, 480


def film(path, *texts, frames=20):
    """Write a film that shows the code of each text for `frames` tenths of a second, over and over;
    None is an empty desk. Returns the path."""
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDE} H{HIGH} F10:1 Ip A1:1 C420jpeg\n".encode())
        for text in texts:
            out.write(_frame(text) * frames)
    return path


def _frame(text):
    view = Image.new("L", (WIDE, HIGH), 150)
    if text:
        code = (
            Image.open(BytesIO(secret_png(text)))
            .convert("L")
            .resize((330, 330))
            .rotate(4, fillcolor=150)
        )
        view.paste(code, (160, 70))
    return b"FRAME\n" + view.tobytes() + bytes([128]) * (WIDE * HIGH // 2)
