"""The guess for undeclared bytes: dense foreign text is found, Western text is never taken for it."""

import pytest

from workers.inbound.decode.detect import guess, undeclared

JAPANESE = "次のあて先へのメッセージはエラーのため送信できませんでした。"
CHINESE = "第十一届中国国际电子设备、电子元器件展览会。欢迎您的光临"
TRADITIONAL = "您好,我們的產品發生了一些問題,請協助處理謝謝"
KOREAN = "안녕하세요, 이용약관 및 서비스 상품을 안내해 드립니다."
RUSSIAN = "Здравствуйте, я не могу войти в свой аккаунт. Помогите пожалуйста"


@pytest.mark.parametrize(
    ("text", "name"),
    [(JAPANESE, "euc_jp"), (JAPANESE, "cp932"), (CHINESE, "gb18030"), (TRADITIONAL, "big5hkscs"), (KOREAN, "cp949"),
     (RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r")],
)  # fmt: skip
@pytest.mark.parametrize("frame", ["{}", "Hello there <p>\n{}\n<p>" + "plain\n" * 2000])
def test_dense_text_is_recognised(text: str, name: str, frame: str) -> None:
    content = frame.format(text).encode(name)
    assert guess(content) == name
    assert text in undeclared(content, prefer_utf8=False)[0]


@pytest.mark.parametrize(
    "text",
    ["J'ai reçu votre réponse à propos de la création d'un élève", "Die Frösche und die Häsin über größere Äpfel",
     "Información de revisión ©", "It is “quoted” and so on…", "hyvää päivää"],
)  # fmt: skip
def test_western_text_is_western(text: str) -> None:
    assert undeclared(text.encode("cp1252"), prefer_utf8=False) == (text, "windows-1252")


def test_a_byte_order_mark_decides() -> None:
    assert undeclared("ü".encode("utf-16"), prefer_utf8=False) == ("ü", "utf-16")
