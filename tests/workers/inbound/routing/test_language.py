"""The language of a mail, where it can be told."""

import pytest

from workers.inbound.routing.language import of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hello, I have not received the invoice for my order, please help.", "en"),
        ("Guten Tag, ich habe die Rechnung für meine Bestellung noch nicht erhalten.", "de"),
        ("Bonjour, je n'ai pas reçu la facture pour ma commande, merci.", "fr"),
        ("Hola, no he recibido la factura de mi pedido, gracias.", "es"),
        ("Buongiorno, non ho ricevuto la fattura per il mio ordine, grazie.", "it"),
        ("Olá, não recebi a fatura do meu pedido, obrigada.", "pt"),
        ("Hallo, ik heb de factuur voor mijn bestelling niet ontvangen.", "nl"),
        ("Hej, jag har inte fått fakturan och det är en vecka sedan.", "sv"),
        ("Hei, en ole saanut laskua ja tämä on jo kiireellinen, kiitos.", "fi"),
        ("Dzień dobry, nie mam faktury i nie wiem, co się stało.", "pl"),
        ("Здравствуйте, я не получил счёт.", "ru"),
        ("Доброго дня, я не отримав рахунок. Є її їхній.", "uk"),
        ("請求書がまだ届いていません。", "ja"),
        ("我还没有收到发票", "zh"),
        ("송장을 받지 못했습니다.", "ko"),
        ("Δεν έλαβα το τιμολόγιο.", "el"),
        ("", ""),
        ("12345 !!!", ""),
        ("Invoice 4711", ""),
        ("Это Ann", ""),
    ],
)
def test_language(text: str, code: str):
    assert of(text) == code
