"""What the platform tells an account of a person: little, since 2021."""

from typing import Any

from bot.sandbox.api.door import Call, Route


def user_info(call: Call) -> dict[str, Any]:
    """GET /cgi-bin/user/info; of one who does not follow it says only that."""
    with call.ground.lock:
        phone = call.ground.phones.of(call.account.name, call.text("openid"))
        if not phone.following:
            return {"subscribe": 0, "openid": phone.openid}
        return {
            "subscribe": 1,
            "openid": phone.openid,
            "unionid": phone.unionid,
            "subscribe_time": int(phone.followed_at),
            "remark": "",
            "groupid": 0,
            "tagid_list": [],
            "subscribe_scene": "ADD_SCENE_QR_CODE" if phone.scene else "ADD_SCENE_SEARCH",
            "qr_scene": 0,
            "qr_scene_str": phone.scene,
        }


ROUTES = (Route("GET", "/cgi-bin/user/info", user_info),)
